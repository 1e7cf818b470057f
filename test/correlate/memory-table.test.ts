import { tableContract } from '../contracts/table.contract.ts';
import { memoryTable } from './memory-table.ts';

tableContract('memory, for tests', async () => ({ table: memoryTable(), close: () => {} }));
