package imgurcaravan;

import imgurcaravan.demo.DemoProfile;
import imgurcaravan.run.ExitCode;
import imgurcaravan.run.PollSummary;
import imgurcaravan.run.Polls;
import imgurcaravan.run.Quantity;
import imgurcaravan.run.Settings;
import imgurcaravan.run.SettingsException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.camel.CamelContext;
import org.apache.camel.StartupSummaryLevel;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.Main;
import org.apache.camel.main.MainListenerSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Imgur Caravan as a process of its own: finds its settings and routes, runs them and ends with an exit code.
 *
 * <p>Usage: {@code java -jar imgur-caravan.jar [demo] [requeue [--reason text]]}. Settings and routes of the working
 * directory come first, the copies in the jar fill what is not there, and the environment and system properties override
 * both. The exit codes are those of {@link ExitCode}.
 */
public final class Application {

    private static final Logger LOG = LoggerFactory.getLogger(Application.class);

    /** The process exits within 10 s of SIGTERM: Camel waits this long for what is in flight. */
    private static final int SHUTDOWN_SECONDS = 8;

    private final Main main = new Main();
    private final AtomicReference<PollSummary> lastPoll = new AtomicReference<>();

    private Application() {}

    /** Runs until SIGTERM, or, with {@code imgur.once=true}, until the poll is over. */
    public static void main(String[] args) {
        System.exit(new Application().run(args).code());
    }

    private ExitCode run(String[] args) {
        try {
            configure(CommandLine.parse(args));
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
    private static ExitCode explain(Exception failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SettingsException) {
                LOG.error("{}", cause.getMessage());
                return ExitCode.CONFIG;
            }
        }
        LOG.error("Cannot start: {}", StartFailure.of(failure));
        LOG.debug("Cannot start", failure);
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
            YamlLoader.install(context);
            Properties overrides = new Properties();
            context.getPropertiesComponent().setOverrideProperties(overrides);
            if (demo) {
                DemoProfile.prepare(overrides, context.getPropertiesComponent()::resolveProperty);
                DemoProfile.serve(context, context.getPropertiesComponent()::resolveProperty);
            }
            RouteFiles routeFiles = new RouteFiles(context, Path.of(""));
            if (commandLine.requeue()) {
                overrides.setProperty(Settings.REQUEUE, "true");
                overrides.setProperty(Settings.REQUEUE_FROM_QUEUE, Boolean.toString(hasRequeue(context, routeFiles)));
                commandLine.reason().ifPresent(reason -> overrides.setProperty(Settings.REQUEUE_REASON, reason));
            }
            Settings settings = new Settings();
            settings.setCamelContext(context);
            try {
                overrides.setProperty(RouteFiles.INCLUDE_PATTERN, routeFiles.includePattern(settings));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            LOG.info("{}", greeting(settings));
        }

        private static boolean hasRequeue(CamelContext context, RouteFiles routeFiles) {
            Optional<String> queue = context.getPropertiesComponent().resolveProperty("imgur.queue");
            try {
                return queue.isPresent() && routeFiles.hasRequeue(queue.get());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private String greeting(Settings settings) {
            String version = Application.class.getPackage().getImplementationVersion();
            String poll = settings.once() ? "once" : "every " + Quantity.formatDuration(settings.pollPeriod());
            String what = settings.pollEnabled()
                    ? "polls " + settings.apiUrl() + settings.galleryPath() + " " + poll
                    : "waits for images";
            if (settings.requeue()) {
                what = "requeues "
                        + (settings.requeueFromQueue()
                                ? "what the queue keeps"
                                : settings.deadLetters().orElseThrow());
            }
            String work = settings.downloadEnabled()
                    ? ", " + settings.concurrency() + " at once, into " + settings.imagesDir() + "/"
                    : "";
            return "Imgur Caravan " + (version == null ? "" : version + " ") + what + ", queue " + settings.queue()
                    + work;
        }

        @Override
        public void beforeStart(BaseMainSupport support) {
            CamelContext context = support.getCamelContext();
            Settings settings = context.getRegistry().lookupByNameAndType("imgur-settings", Settings.class);
            RouteFiles.requireRoutes(context, settings);
            Polls polls = context.getRegistry().lookupByNameAndType("imgur-polls", Polls.class);
            if (settings.once()) {
                polls.onEnd(summary -> {
                    lastPoll.set(summary);
                    main.completed();
                });
            }
        }
    }
}
