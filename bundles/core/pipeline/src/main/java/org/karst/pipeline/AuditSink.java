package org.karst.pipeline;

/** A driver that can log what policies decided. */
public interface AuditSink {
    /** Logs a record, or counts that it could not. Does not block. */
    void log(AuditRecord record);
}
