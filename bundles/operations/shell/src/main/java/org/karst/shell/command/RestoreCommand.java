package org.karst.shell.command;

import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.completers.FileCompleter;
import org.karst.apiserver.Backups;
import org.karst.questions.QuestionException;

/** {@code karst:restore}: lays a backup ready for the next start of the server. */
@Service
@Command(
        scope = "karst",
        name = "restore",
        description = "Has the next start of the server take the objects of a backup",
        detailedDescription =
                """
                karst:restore /var/backups/karst-monday
                    Checks the file and copies it. When the server starts again, its objects replace all that are there; these are
                    kept in data/apiserver/objects-before-restore.mv.db.
                karst:restore --cancel
                    Takes that back, as long as the server has not been started again.
                """)
public final class RestoreCommand implements Action {
    @Reference(optional = true)
    Backups backups;

    @Option(name = "--cancel", description = "Nothing is restored after all")
    boolean cancel;

    @Argument(index = 0, name = "file", description = "What karst:backup has written")
    @Completion(FileCompleter.class)
    String file;

    @Override
    public Object execute() {
        if (backups == null) {
            throw QuestionException.invalid(BackupCommand.NO_SERVER);
        }
        if (cancel == (file != null)) {
            throw QuestionException.invalid("karst:restore wants a file, or --cancel");
        }
        try {
            if (cancel) {
                System.out.println(
                        backups.cancelRestore() ? "nothing will be restored" : "there was nothing to be restored");
            } else {
                System.out.println(
                        BackupCommand.words(backups.restore(Path.of(file).toAbsolutePath()))
                                + " replace all that are there when the server starts again; until then: karst:restore --cancel");
            }
            return null;
        } catch (InvalidPathException | IOException e) {
            throw QuestionException.invalid(e.getMessage());
        }
    }
}
