package org.karst.shell.command;

import java.util.concurrent.CompletionStage;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.karst.questions.Answer;
import org.karst.questions.Questions;

/** {@code karst:nodes}. */
@Service
@Command(scope = "karst", name = "nodes", description = "The nodes, their subnets and switches")
public final class NodesCommand extends QuestionCommand {
    @Override
    CompletionStage<? extends Answer> ask(Questions asked) {
        return asked.nodes();
    }
}
