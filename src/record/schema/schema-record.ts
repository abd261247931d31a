/**
 * A record in the field names of its schema, ready to be encoded: plain objects, arrays, strings, numbers and booleans.
 * Absent fields are not there.
 */
export type SchemaRecord = { readonly [field: string]: unknown };
