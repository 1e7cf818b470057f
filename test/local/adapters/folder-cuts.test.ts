import { createFolderCuts } from '../../../local/adapters/folder-cuts.ts';
import { createFolderObjectStore } from '../../../local/adapters/folder-object-store.ts';
import { lakeCutsContract } from '../../contracts/lake-cuts.contract.ts';
import { newLake } from './lake-folder.ts';

lakeCutsContract('a file of the lake', async () => createFolderCuts(createFolderObjectStore(newLake())));
