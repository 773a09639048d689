package imgurcaravan;

import imgurcaravan.demo.DemoProfile;
import imgurcaravan.run.ExitCode;
import imgurcaravan.run.PollListener;
import imgurcaravan.run.PollSummary;
import imgurcaravan.run.Quantity;
import imgurcaravan.run.Settings;
import imgurcaravan.run.Settings.RequeueSettings;
import imgurcaravan.run.SettingsException;
import imgurcaravan.start.CommandLine;
import imgurcaravan.start.CommandLine.Command;
import imgurcaravan.start.RouteConfigurations;
import imgurcaravan.start.RouteFiles;
import imgurcaravan.start.StartFailure;
import imgurcaravan.state.DeadLetterEntries;
import imgurcaravan.state.FailedImage;
import imgurcaravan.state.FailedImagePrinter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.camel.CamelContext;
import org.apache.camel.StartupSummaryLevel;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.Main;
import org.apache.camel.main.MainListenerSupport;
import org.apache.camel.model.Model;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Imgur Caravan as a process of its own: finds its settings and routes, runs them and ends with an exit code.
 *
 * <p>Usage: {@code java -jar imgur-caravan.jar [demo] [failed [--reason text] [--json] | requeue [--reason text]]}.
 * Settings and routes of the working directory come first, the copies in the jar fill what is not there, and the
 * environment and system properties override both. The exit codes are those of {@link ExitCode}.
 */
public final class Application {

    /** The process exits within 10 s of SIGTERM: Camel waits this long for what is in flight. */
    private static final int SHUTDOWN_SECONDS = 8;

    private final Logger log = LoggerFactory.getLogger(Application.class);
    private final Main main = new Main();
    private final AtomicReference<PollSummary> lastPoll = new AtomicReference<>();

    private Application() {}

    /** Runs until SIGTERM, or, with {@code imgur.once=true}, until the poll is over. */
    public static void main(String[] args) {
        if (List.of(args).contains("failed")) {
            // What it prints is for other programs, too; log lines do not belong there.
            System.setProperty("org.slf4j.simpleLogger.logFile", "System.err");
        }
        System.exit(new Application().run(args).code());
    }

    private ExitCode run(String[] args) {
        try {
            CommandLine commandLine = CommandLine.parse(args);
            commandLine.properties().forEach(System::setProperty);
            configure(commandLine);
            main.run();
            PollSummary poll = lastPoll.get();
            return poll == null ? ExitCode.OK : poll.exitCode();
        } catch (Exception e) {
            return explain(e);
        }
    }

    private void configure(CommandLine commandLine) {
        Optional<String> profile = commandLine.activeProfile();
        main.setPropertyPlaceholderLocations(RouteFiles.propertyLocations(profile));
        main.configure()
                .withName("imgur-caravan")
                .withAutoConfigurationLogSummary(false)
                .withShutdownTimeout(SHUTDOWN_SECONDS)
                .withExtraShutdownTimeout(1)
                .withShutdownLogInflightExchangesOnTimeout(false);
        main.configure().setStartupSummaryLevel(StartupSummaryLevel.Off);
        main.addMainListener(new Listener(profile, commandLine));
    }

    /** Puts the cause of a failed start into one line; whatever has been started goes with the process. */
    private ExitCode explain(Exception failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SettingsException) {
                log.error("{}", cause.getMessage());
                return ExitCode.CONFIG;
            }
        }
        log.error("Cannot start: {}", StartFailure.of(failure));
        log.debug("Cannot start", failure);
        return ExitCode.CONFIG;
    }

    private final class Listener extends MainListenerSupport {

        private final boolean demo;
        private final CommandLine commandLine;

        Listener(Optional<String> profile, CommandLine commandLine) {
            this.commandLine = commandLine;
            demo = profile.filter(DemoProfile.NAME::equals).isPresent();
        }

        @Override
        public void beforeConfigure(BaseMainSupport support) {
            CamelContext context = support.getCamelContext();
            Properties overrides = new Properties();
            context.getPropertiesComponent().setOverrideProperties(overrides);
            if (demo) {
                // From Java 24 on the server's library warns on standard error of what it does for speed's sake.
                System.getProperties().putIfAbsent("io.netty.noUnsafe", "true");
                DemoProfile.prepare(overrides, context.getPropertiesComponent()::resolveProperty);
                DemoProfile.serve(context, context.getPropertiesComponent()::resolveProperty);
            }
            RouteFiles routeFiles = new RouteFiles(context, Path.of(""));
            try {
                if (commandLine.command() != Command.RUN) {
                    String queue = context.resolvePropertyPlaceholders("{{imgur.queue:seda}}");
                    overrides.setProperty(RequeueSettings.KEY, "true");
                    overrides.setProperty(
                            RequeueSettings.FROM_QUEUE_KEY, Boolean.toString(routeFiles.keepsDeadLetters(queue)));
                    commandLine.reason().ifPresent(reason -> overrides.setProperty(RequeueSettings.REASON_KEY, reason));
                }
                Settings settings = Settings.of(context);
                if (commandLine.command() == Command.FAILED) {
                    overrides.setProperty(RouteFiles.INCLUDE_PATTERN, routeFiles.deadLetterPattern(settings));
                } else {
                    overrides.setProperty(RouteFiles.INCLUDE_PATTERN, routeFiles.includePattern(settings));
                    log.info("{}, {}", greeting(settings), routeFiles.summary());
                }
                if (settings.poll().once()) {
                    context.getRegistry().bind("imgur-application", PollListener.class, (PollListener) this::ended);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private void ended(PollSummary summary) {
            lastPoll.set(summary);
            main.completed();
        }

        private String greeting(Settings settings) {
            String version = Application.class.getPackage().getImplementationVersion();
            return "Imgur Caravan " + (version == null ? "" : version + " ") + task(settings) + ", queue "
                    + settings.queue()
                    + (settings.download().enabled()
                            ? ", " + settings.download().concurrency() + " at once, into "
                                    + settings.images().dir() + "/"
                            : "");
        }

        private static String task(Settings settings) {
            if (settings.requeue().enabled()) {
                return "requeues the dead letters of "
                        + (settings.requeue().fromQueue()
                                ? "the queue"
                                : settings.state().file());
            }
            if (!settings.poll().enabled()) {
                return "waits for images";
            }
            String period = settings.poll().once()
                    ? "once"
                    : "every " + Quantity.formatDuration(settings.poll().period());
            return "polls " + settings.api().url() + settings.gallery().path() + " " + period;
        }

        @Override
        public void beforeStart(BaseMainSupport support) {
            CamelContext context = support.getCamelContext();
            if (commandLine.command() != Command.FAILED) {
                RouteConfigurations.require(context);
            } else {
                context.getCamelContextExtension()
                        .getContextPlugin(Model.class)
                        .getRouteDefinition("imgur-requeue")
                        .autoStartup(false);
            }
        }

        @Override
        public void afterStart(BaseMainSupport support) {
            if (commandLine.command() == Command.FAILED) {
                list(support.getCamelContext());
                main.completed();
            }
        }

        /** Prints the dead letters, of the state file or of the queue alike. */
        private void list(CamelContext context) {
            try (var template = context.createProducerTemplate()) {
                Iterator<?> letters = template.requestBody("direct:imgur-dead-letters", null, Iterator.class);
                Iterator<FailedImage> images = DeadLetterEntries.read(letters);
                FailedImagePrinter.print(images, commandLine.json(), System.out);
                System.out.flush();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
