package org.karst.shell.command;

import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.karst.questions.Answer;
import org.karst.questions.Questions;

/** {@code karst:sync}. */
@Service
@Command(
        scope = "karst",
        name = "sync",
        description = "Waits until all that the controller has heard so far is true in switches, databases and hosts")
public final class SyncCommand extends QuestionCommand {
    @Option(name = "--driver", description = "Only the places of this driver, such as openflow")
    String driver;

    @Override
    CompletionStage<? extends Answer> ask(Questions asked) {
        return asked.sync(Optional.ofNullable(driver), Optional.empty());
    }
}
