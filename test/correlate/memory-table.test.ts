import { createMemoryTable } from '../../local/adapters/memory-table.ts';
import { tableContract } from '../contracts/table.contract.ts';
import { memoryTable } from './memory-table.ts';

tableContract('memory, for tests', async () => ({ table: memoryTable(), close: () => {} }));

tableContract('memory of one process', async () => ({ table: createMemoryTable(), close: () => {} }));
