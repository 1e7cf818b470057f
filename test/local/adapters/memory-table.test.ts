import { createMemoryTable } from '../../../local/adapters/memory-table.ts';
import { tableContract } from '../../contracts/table.contract.ts';

tableContract('memory of one process', async () => ({ table: createMemoryTable(), close: () => {} }));
