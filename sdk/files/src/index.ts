/** JSON that a person wrote: the rules of a whole file as a table, or its fields one by one. */
export { type Described, describedFile, type FieldFault, Fields } from './fields.js';
export { type Field, type FieldRules, faultIn, hexRule, type Rule, type RuleFault, saysOf, schemaOf } from './rules.js';
