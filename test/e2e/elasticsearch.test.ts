import { searchNodeCases } from './search-node-cases.ts';

searchNodeCases('elasticsearch');
