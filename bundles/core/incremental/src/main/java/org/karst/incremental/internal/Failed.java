package org.karst.incremental.internal;

/**
 * The outcome of a function that threw.
 *
 * @param message why, a sentence
 * @param inherited whether a query that it read had failed
 */
record Failed(String message, boolean inherited) {}
