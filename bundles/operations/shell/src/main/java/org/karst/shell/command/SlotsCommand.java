package org.karst.shell.command;

import java.util.concurrent.CompletionStage;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.karst.questions.Answer;
import org.karst.questions.Questions;

/** {@code karst:slots}. */
@Service
@Command(scope = "karst", name = "slots", description = "The slots of the pipeline and the stages that live there")
public final class SlotsCommand extends QuestionCommand {
    @Override
    CompletionStage<? extends Answer> ask(Questions asked) {
        return asked.slots();
    }
}
