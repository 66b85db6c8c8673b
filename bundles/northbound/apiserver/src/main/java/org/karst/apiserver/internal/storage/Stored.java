package org.karst.apiserver.internal.storage;

/**
 * One object as it is stored.
 *
 * @param json the object without {@code kind} and {@code apiVersion}, in UTF-8, beginning with an opening brace; never changed
 * @param attributes what selectors can ask of it
 */
@SuppressWarnings("ArrayRecordComponent") // A carrier of bytes, never compared.
public record Stored(byte[] json, Attributes attributes) {}
