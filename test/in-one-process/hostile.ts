import { declareTestsOf } from '../_support/tests-of.ts';

declareTestsOf('hostile');
