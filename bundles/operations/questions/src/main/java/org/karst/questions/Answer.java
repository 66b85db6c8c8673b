package org.karst.questions;

import org.karst.questions.internal.Json;

/** What comes of a question: a record, that a person reads as text and a machine as JSON. */
public interface Answer {
    /** For a person: lines of at most a wide screen where that can be; no line feed at the end. */
    String text();

    /** For a machine: the components of the record, in their order. */
    default String json() {
        return Json.write(this);
    }
}
