package org.karst.shell.command;

import java.util.concurrent.CompletionStage;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.karst.questions.Answer;
import org.karst.questions.Questions;

/** {@code karst:status}. */
@Service
@Command(
        scope = "karst",
        name = "status",
        description = "How the controller is: readiness, revision, failures, conflicts")
public final class StatusCommand extends QuestionCommand {
    @Override
    CompletionStage<? extends Answer> ask(Questions asked) {
        return asked.status();
    }
}
