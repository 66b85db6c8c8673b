package org.karst.incremental;

/** Thrown by {@link View#get(Query, Object)} when the query that is read has failed. Its message is the reason. */
public final class QueryFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public QueryFailedException(String message) {
        super(message, null, false, false);
    }
}
