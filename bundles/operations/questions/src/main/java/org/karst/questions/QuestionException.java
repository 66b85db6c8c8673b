package org.karst.questions;

/** A question that has no answer; the message is a sentence for who asked. */
public final class QuestionException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final Reason reason;

    /** What is wrong with a question. */
    public enum Reason {
        /** It cannot be read. */
        INVALID,
        /** What it names does not exist. */
        NOT_FOUND,
        /** What it waits for has not come true in time. */
        LATE,
        /** Who would have to be asked does not answer. */
        UNAVAILABLE
    }

    private QuestionException(Reason reason, String sentence) {
        super(sentence);
        this.reason = reason;
    }

    /** The question cannot be read. */
    public static QuestionException invalid(String sentence) {
        return new QuestionException(Reason.INVALID, sentence);
    }

    /** What the question names does not exist. */
    public static QuestionException notFound(String sentence) {
        return new QuestionException(Reason.NOT_FOUND, sentence);
    }

    /** What the question waits for has not come true in time. */
    public static QuestionException late(String sentence) {
        return new QuestionException(Reason.LATE, sentence);
    }

    /** Who would have to be asked does not answer. */
    public static QuestionException unavailable(String sentence) {
        return new QuestionException(Reason.UNAVAILABLE, sentence);
    }

    public Reason reason() {
        return reason;
    }
}
