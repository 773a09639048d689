package imgurcaravan.context;

import imgurcaravan.gallery.AlbumRequests;
import imgurcaravan.gallery.ApiFailures;
import imgurcaravan.gallery.ApiRequests;
import imgurcaravan.gallery.GalleryCache;
import imgurcaravan.gallery.GalleryPages;
import imgurcaravan.http.AllowedHosts;
import imgurcaravan.http.ApiCredentials;
import imgurcaravan.http.FailureReasons;
import imgurcaravan.http.HostPolicy;
import imgurcaravan.http.HttpClients;
import imgurcaravan.http.RateLimitGates;
import imgurcaravan.http.TransferDeadlines;
import imgurcaravan.image.AttemptTurns;
import imgurcaravan.image.Attempts;
import imgurcaravan.image.DiskSpaceGate;
import imgurcaravan.image.Downloads;
import imgurcaravan.image.Image;
import imgurcaravan.image.ImageArchive;
import imgurcaravan.image.ImageClaims;
import imgurcaravan.image.ImageFailures;
import imgurcaravan.image.ImageFiles;
import imgurcaravan.image.ImageResults;
import imgurcaravan.image.ImageRetries;
import imgurcaravan.image.ImageVerifier;
import imgurcaravan.image.NetworkGate;
import imgurcaravan.image.PartFiles;
import imgurcaravan.image.Requeue;
import imgurcaravan.redisstreams.RedisStreamsComponent;
import imgurcaravan.run.PollListener;
import imgurcaravan.run.PollSchedule;
import imgurcaravan.run.PollSummary;
import imgurcaravan.run.Polls;
import imgurcaravan.run.Settings;
import imgurcaravan.run.SettingsException;
import imgurcaravan.state.ApiBudget;
import imgurcaravan.state.DeadLetterImport;
import imgurcaravan.state.FailedImages;
import imgurcaravan.state.PollHistory;
import imgurcaravan.state.RunningAttempts;
import imgurcaravan.state.StateException;
import imgurcaravan.state.StateFile;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import org.apache.camel.CamelContext;
import org.apache.camel.Service;
import org.apache.camel.processor.errorhandler.RedeliveryPolicy;
import org.apache.camel.spi.IdempotentRepository;
import org.apache.camel.spi.Registry;
import org.apache.camel.support.CamelContextHelper;
import org.apache.camel.support.LifecycleStrategySupport;
import org.apache.camel.support.service.ServiceHelper;
import org.apache.camel.util.StringHelper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The beans that our routes name. Each is created when it is first looked up, once per context, with the other beans
 * that it needs, which may be the host's.
 */
final class ImgurBeans {

    private static final List<String> RETRY_POLICIES = List.of(
            "imgur-image-retries",
            "imgur-postponements",
            "imgur-disk-retries",
            "imgur-poll-retries",
            "imgur-waits",
            "imgur-no-retries");

    /** The longest time between the last byte of an image and its place in the archive. */
    private static final Duration SETTLING = Duration.ofSeconds(30);

    private static final Logger LOG = LoggerFactory.getLogger(ImgurBeans.class);

    private final CamelContext context;

    ImgurBeans(CamelContext context) {
        this.context = context;
    }

    /** Binds each bean unless the host has bound one of that name. */
    void bind() {
        bind("imgur-settings", () -> Settings.of(context));
        bind("imgur-polls", this::newPolls);
        // Each endpoint has one of its own.
        context.getRegistry().bindAsPrototype("imgur-poll-schedule", Object.class, () -> new PollSchedule(polls()));
        bindState();
        bindHttp();
        bindGallery();
        bindImages();
        bindDownloads();
        bind("imgur-redis", this::newRedis);
        for (String policy : RETRY_POLICIES) {
            bind(policy, () -> get(policy + "-default", RedeliveryPolicy.class));
        }
    }

    private void bindState() {
        bind("imgur-state", this::newState);
        bind("imgur-archive", () -> started(new ImageArchive(context, settings(), state())));
        bind("imgur-failed-images", this::newFailedImages);
        bind("imgur-api-budget", this::newApiBudget);
    }

    private void bindHttp() {
        bind("imgur-hosts", () -> new AllowedHosts(settings().hosts()));
        bind(
                "imgur-deadlines",
                () -> new TransferDeadlines(context, settings().download().timeout()));
        bind("imgur-http-client", () -> started(new HttpClients(settings(), hosts(), deadlines())));
        bind(
                "imgur-api-client",
                () -> new ApiCredentials(settings().api(), get("imgur-http-client", HttpClients.class)));
        bind("imgur-rate-limits", () -> new RateLimitGates(context, settings()));
    }

    private void bindGallery() {
        bind("imgur-gallery-cache", GalleryCache::new);
        bind("imgur-pages", () -> new GalleryPages(settings().gallery(), hosts(), polls(), cache()));
        bind("imgur-albums", () -> new AlbumRequests(settings().gallery(), hosts(), polls(), budget(), cache()));
        bind("imgur-api", () -> new ApiRequests(settings(), gates(), budget()));
        bind("imgur-api-json", () -> ApiRequests.JSON);
        bind(
                "imgur-api-failures",
                () -> new ApiFailures(polls(), cache(), settings().secrets()));
    }

    private void bindImages() {
        bind("imgur-image-json", () -> Image.JSON);
        bind("imgur-claims", () -> new ImageClaims(polls(), archive(), failedImages(), settings()));
        bind("imgur-results", () -> new ImageResults(polls(), claims(), failedImages()));
        bind("imgur-failures", () -> new ImageFailures(settings(), polls(), failedImages()));
        bind(
                "imgur-requeue",
                () -> started(new Requeue(settings().requeue(), polls(), failedImages(), state().path())));
    }

    private void bindDownloads() {
        bind("imgur-part-files", this::newPartFiles);
        bind("imgur-disk", () -> new DiskSpaceGate(context, settings().images(), polls(), partFiles()));
        bind("imgur-network", () -> new NetworkGate(context, settings(), polls()));
        bind("imgur-downloads", () -> new Downloads(polls()));
        bind("imgur-attempts", () -> new Attempts(hosts(), partFiles(), deadlines(), newTurns()));
        bind("imgur-verifier", () -> new ImageVerifier(settings(), gates(), deadlines()));
        bind("imgur-files", () -> started(new ImageFiles(context, settings(), partFiles(), archive(), failedImages())));
        bind("imgur-retries", () -> new ImageRetries(polls(), get("imgur-disk", DiskSpaceGate.class)));
    }

    private Polls newPolls() {
        Polls polls = new Polls(context, settings());
        polls.onEnd(this::keep);
        context.getRegistry().findByType(PollListener.class).forEach(polls::onEnd);
        return polls;
    }

    private void keep(PollSummary summary) {
        failedImages().recordKept();
        try {
            new PollHistory(state()).add(Instant.now().minus(summary.took()), summary);
        } catch (StateException e) {
            LOG.warn("The poll could not be added to the history: {}", e.getMessage());
        }
    }

    /** @throws SettingsException if the file cannot be used */
    private StateFile newState() {
        // Created first, so that at a stop all polls end before the file is closed.
        polls();
        if (settings().download().enabled()) {
            // An images directory that cannot be used is told by its own setting.
            partFiles();
        }
        StateFile state = new StateFile(settings().state().file());
        try {
            state.open();
        } catch (IOException e) {
            throw SettingsException.unusable("imgur.archive", state.path().toString(), FailureReasons.of(e));
        }
        context.addLifecycleStrategy(new LifecycleStrategySupport() {
            @Override
            public void onContextStopped(CamelContext stopped) {
                try {
                    state.close();
                } catch (StateException e) {
                    LOG.warn("The state file could not be closed: {}", e.getMessage());
                }
            }
        });
        return state;
    }

    private FailedImages newFailedImages() {
        FailedImages failed = new FailedImages(state(), settings().state().refusedRetryAfter(), Clock.systemUTC());
        new DeadLetterImport(failed).run(settings().state().deadLetters().orElse(Path.of("dead-letters.jsonl")));
        return failed;
    }

    private ApiBudget newApiBudget() {
        Path oldFile = settings().images().dir().resolve(PartFiles.FOLDER).resolve("api-requests");
        return new ApiBudget(
                state(),
                oldFile,
                settings().api().dailyRequests(),
                settings().gallery().pages(),
                Clock.systemUTC());
    }

    private AttemptTurns newTurns() {
        Duration lease = settings().download().timeout().plus(SETTLING);
        return new AttemptTurns(polls(), archive(), new RunningAttempts(state(), lease, Clock.systemUTC()));
    }

    private PartFiles newPartFiles() {
        PartFiles partFiles = new PartFiles(settings().images().dir());
        return settings().download().enabled() ? started(partFiles) : partFiles;
    }

    private RedisStreamsComponent newRedis() {
        RedisStreamsComponent redis = new RedisStreamsComponent();
        redis.setCamelContext(context);
        redis.setUrl(context.resolvePropertyPlaceholders("{{imgur.redis.url:redis://localhost:6379}}"));
        return redis;
    }

    /** Bound without a type, so that lookups by type, such as Camel's autowiring, do not find our beans. */
    private void bind(String name, Supplier<Object> bean) {
        Registry registry = context.getRegistry();
        if (registry.lookupByName(name) == null) {
            // Camel Main binds camel.beans.imgur-hosts under the name imgurHosts.
            Object ofProperties = registry.lookupByName(StringHelper.dashToCamelCase(name));
            registry.bind(name, Object.class, ofProperties == null ? bean : () -> ofProperties);
        }
    }

    private <T> T get(String name, Class<T> type) {
        return CamelContextHelper.mandatoryLookup(context, name, type);
    }

    /** Starts a service, which the context will stop. */
    private <T extends Service> T started(T service) {
        try {
            context.addService(service, true, true);
            // Camel defers that while the context is starting, but other beans need it now.
            ServiceHelper.startService(service);
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException("Cannot start " + service.getClass().getSimpleName(), e);
        }
        return service;
    }

    private Settings settings() {
        return get("imgur-settings", Settings.class);
    }

    private Polls polls() {
        return get("imgur-polls", Polls.class);
    }

    private StateFile state() {
        return get("imgur-state", StateFile.class);
    }

    /** A bean of the host may not be started yet. */
    private IdempotentRepository archive() {
        return started(get("imgur-archive", IdempotentRepository.class));
    }

    private FailedImages failedImages() {
        return get("imgur-failed-images", FailedImages.class);
    }

    private ApiBudget budget() {
        return get("imgur-api-budget", ApiBudget.class);
    }

    private HostPolicy hosts() {
        return get("imgur-hosts", HostPolicy.class);
    }

    private TransferDeadlines deadlines() {
        return get("imgur-deadlines", TransferDeadlines.class);
    }

    private RateLimitGates gates() {
        return get("imgur-rate-limits", RateLimitGates.class);
    }

    private GalleryCache cache() {
        return get("imgur-gallery-cache", GalleryCache.class);
    }

    private ImageClaims claims() {
        return get("imgur-claims", ImageClaims.class);
    }

    private PartFiles partFiles() {
        return get("imgur-part-files", PartFiles.class);
    }
}
