package org.karst.incremental;

/**
 * What was read, as explanations and failures name it.
 *
 * @param definition the name of the table, index or query
 * @param key the key or value that was asked for, as the reader gave it
 * @param changed the revision in which it last changed
 */
public record Fact(String definition, Object key, long changed) {}
