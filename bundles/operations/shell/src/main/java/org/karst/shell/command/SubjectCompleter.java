package org.karst.shell.command;

import java.util.List;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.completers.StringsCompleter;
import org.karst.questions.Questions;

/** Completes what {@code karst:why} may be asked about: the word pod, and then names of pods. */
@Service
public final class SubjectCompleter implements Completer {
    private static final String POD = "pod";

    @Reference
    Questions questions;

    @Override
    public int complete(Session session, CommandLine line, List<String> candidates) {
        int at = line.getCursorArgumentIndex();
        String[] arguments = line.getArguments();
        if (at > 0 && at <= arguments.length && arguments[at - 1].equals(POD)) {
            PodCompleter pods = new PodCompleter();
            pods.questions = questions;
            return pods.complete(session, line, candidates);
        }
        return new StringsCompleter(List.of(POD)).complete(session, line, candidates);
    }
}
