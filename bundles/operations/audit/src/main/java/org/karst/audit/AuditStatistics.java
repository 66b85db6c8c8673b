package org.karst.audit;

/**
 * What has become of records since the start.
 *
 * @param written records whose lines are in the files
 * @param dropped records for which the queue had no room
 * @param failed records whose lines could not be written
 * @param unsent lines that the destination did not take
 */
public record AuditStatistics(long written, long dropped, long failed, long unsent) {}
