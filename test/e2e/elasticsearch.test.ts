import { searchNodeCases } from '../support/e2e/search-node-cases.ts';

searchNodeCases('elasticsearch');
