package imgurcaravan.redisstreams;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriParams;
import org.apache.camel.spi.UriPath;

/** The options of an endpoint. Durations are in ms, or text such as 10s. */
@UriParams
public class RedisStreamsConfiguration {

    @UriPath(description = "The key of the stream; may hold colons.")
    @Metadata(required = true)
    private String stream;

    @UriParam(
            label = "producer",
            defaultValue = "add",
            description = "What a producer does with a message: add (its body becomes an entry), missing "
                    + "(the body, a collection of deduplication keys, becomes the list of those that no entry of the "
                    + "stream has, after the results up to then were sent to each resultUri of this application), "
                    + "deadLetters (the body becomes an iterator over the dead letters), requeue (dead letters go back to the "
                    + "stream; the body becomes their number) or stats (the body becomes a map of statistics).")
    private Operation operation = Operation.add;

    @UriParam(
            label = "producer",
            description = "Simple expression for the deduplication key of an entry, such as "
                    + "${header.imageId}. While an entry with the same key is queued, or was done "
                    + "within deduplicationTtl, nothing is added. Without an expression, or when it "
                    + "evaluates to an empty text, there is no key.")
    private String deduplicationKey;

    @UriParam(
            label = "producer",
            description = "Simple expression; when it evaluates to true, an entry is added although one with the same "
                    + "key was done, as when what was done is gone. While one is queued, nothing is added.")
    private String addDone;

    @UriParam(
            label = "common",
            defaultValue = "604800000",
            javaType = "java.time.Duration",
            description = "How long a deduplication key is remembered, from when the entry was added, and "
                    + "from when it was done; at least 1 s.")
    private long deduplicationTtl = 604_800_000L;

    @UriParam(
            label = "producer",
            defaultValue = "0",
            description = "How many entries the stream may hold; a producer waits while it is full. " + "0: no limit.")
    private long maxPending;

    @UriParam(
            label = "producer",
            defaultValue = "0",
            javaType = "java.time.Duration",
            description = "How long a producer waits for Redis or for room in the stream before it fails. "
                    + "0: as long as the application runs.")
    private long sendTimeout;

    @UriParam(
            label = "producer",
            description = "Camel endpoint, such as direct:outcome, that receives the result of every entry "
                    + "of the stream, no matter which process added or finished it, from the start of this "
                    + "endpoint on.")
    private String resultUri;

    @UriParam(
            label = "common",
            description = "The consumer group. Required for consumers; for the operation stats, the group "
                    + "whose pending entries are counted (without it: all groups).")
    private String group;

    @UriParam(
            label = "consumer",
            defaultValue = "1",
            description = "How many threads read entries, each on its own connection; at least 1. "
                    + "With asynchronous routes up to twice as many entries are in flight.")
    private int concurrentConsumers = 1;

    @UriParam(
            label = "consumer,advanced",
            defaultValue = "2000",
            javaType = "java.time.Duration",
            description = "How long a read waits for an entry before it is repeated; at least 10 ms.")
    private long blockTimeout = 2000;

    @UriParam(
            label = "consumer",
            defaultValue = "10000",
            javaType = "java.time.Duration",
            description = "After how long without a renewal by its consumer an entry is taken over "
                    + "by another; at least 1 s. Entries in flight are renewed three times as often, "
                    + "however long they take.")
    private long claimMinIdle = 10_000;

    @UriParam(
            label = "consumer",
            defaultValue = "5",
            description = "After how many failed deliveries an entry becomes a dead letter; at least 1.")
    private int maxDeliveries = 5;

    @UriParam(
            label = "consumer,advanced",
            defaultValue = "the process ended {deliveries} times while it was processed",
            description =
                    "Why an entry becomes a dead letter that was delivered maxDeliveries times, and neither done nor "
                            + "known to have failed; {deliveries} stands for their number.")
    private String unfinishedReason = "the process ended {deliveries} times while it was processed";

    @UriParam(
            label = "common",
            description = "The stream of the dead letters. Default: {stream}:dead. In a cluster it must be "
                    + "in the slot of the stream, which a common hash tag ensures.")
    private String deadLetterStream;

    @UriParam(
            label = "consumer,advanced",
            defaultValue = "0",
            description = "Where in the stream a new group starts: 0 at its first entry, $ after its last.")
    private String startId = "0";

    @UriParam(
            label = "consumer",
            description = "Simple expression for the result of an entry, evaluated on the finished "
                    + "exchange; it is sent to every resultUri. Without an expression, or when it evaluates "
                    + "to an empty text, there is no result.")
    private String result;

    @UriParam(
            label = "consumer",
            description = "Simple expression evaluated on the successfully finished exchange; when it evaluates "
                    + "to a text, the entry becomes a dead letter with that reason instead of being done.")
    private String deadLetterReason;

    @UriParam(
            label = "common",
            description = "Names of the text headers that are sent with an entry, separated by commas. "
                    + "Default: none. Headers that begin with Camel never are.")
    private String headers;

    @UriParam(
            label = "common",
            defaultValue = "1000000",
            description = "The largest body in bytes. A producer rejects a larger one; a consumer makes it "
                    + "a dead letter.")
    private int maxBodySize = 1_000_000;

    /** @throws IllegalArgumentException naming the option that cannot be used */
    void check() {
        keys();
        atLeast("concurrentConsumers", concurrentConsumers, 1);
        atLeast("blockTimeout", blockTimeout, 10);
        atLeast("claimMinIdle", claimMinIdle, 1000);
        atLeast("maxDeliveries", maxDeliveries, 1);
        atLeast("maxBodySize", maxBodySize, 1);
        atLeast("maxPending", maxPending, 0);
        atLeast("sendTimeout", sendTimeout, 0);
        atLeast("deduplicationTtl", deduplicationTtl, 1000);
    }

    private static void atLeast(String option, long value, long least) {
        if (value < least) {
            throw new IllegalArgumentException(
                    "The option " + option + " must be at least " + least + ", not " + value);
        }
    }

    Keys keys() {
        return Keys.of(stream, deadLetterStream);
    }

    /** The headers that are sent with an entry, in lower case. */
    Set<String> headerNames() {
        List<String> names = headers == null ? List.of() : Arrays.asList(headers.split(","));
        return names.stream()
                .map(name -> name.strip().toLowerCase(Locale.ROOT))
                .filter(name -> !name.isEmpty() && !name.startsWith("camel"))
                .collect(Collectors.toUnmodifiableSet());
    }

    public String getStream() {
        return stream;
    }

    public void setStream(String stream) {
        this.stream = stream;
    }

    public Operation getOperation() {
        return operation;
    }

    public void setOperation(Operation operation) {
        this.operation = operation;
    }

    public String getDeduplicationKey() {
        return deduplicationKey;
    }

    public void setDeduplicationKey(String deduplicationKey) {
        this.deduplicationKey = deduplicationKey;
    }

    public String getAddDone() {
        return addDone;
    }

    public void setAddDone(String addDone) {
        this.addDone = addDone;
    }

    public long getDeduplicationTtl() {
        return deduplicationTtl;
    }

    public void setDeduplicationTtl(long deduplicationTtl) {
        this.deduplicationTtl = deduplicationTtl;
    }

    public long getMaxPending() {
        return maxPending;
    }

    public void setMaxPending(long maxPending) {
        this.maxPending = maxPending;
    }

    public long getSendTimeout() {
        return sendTimeout;
    }

    public void setSendTimeout(long sendTimeout) {
        this.sendTimeout = sendTimeout;
    }

    public String getResultUri() {
        return resultUri;
    }

    public void setResultUri(String resultUri) {
        this.resultUri = resultUri;
    }

    public String getGroup() {
        return group;
    }

    public void setGroup(String group) {
        this.group = group;
    }

    public int getConcurrentConsumers() {
        return concurrentConsumers;
    }

    public void setConcurrentConsumers(int concurrentConsumers) {
        this.concurrentConsumers = concurrentConsumers;
    }

    public long getBlockTimeout() {
        return blockTimeout;
    }

    public void setBlockTimeout(long blockTimeout) {
        this.blockTimeout = blockTimeout;
    }

    public long getClaimMinIdle() {
        return claimMinIdle;
    }

    public void setClaimMinIdle(long claimMinIdle) {
        this.claimMinIdle = claimMinIdle;
    }

    public int getMaxDeliveries() {
        return maxDeliveries;
    }

    public void setMaxDeliveries(int maxDeliveries) {
        this.maxDeliveries = maxDeliveries;
    }

    public String getUnfinishedReason() {
        return unfinishedReason;
    }

    public void setUnfinishedReason(String unfinishedReason) {
        this.unfinishedReason = unfinishedReason;
    }

    public String getDeadLetterStream() {
        return deadLetterStream;
    }

    public void setDeadLetterStream(String deadLetterStream) {
        this.deadLetterStream = deadLetterStream;
    }

    public String getStartId() {
        return startId;
    }

    public void setStartId(String startId) {
        this.startId = startId;
    }

    public String getResult() {
        return result;
    }

    public void setResult(String result) {
        this.result = result;
    }

    public String getDeadLetterReason() {
        return deadLetterReason;
    }

    public void setDeadLetterReason(String deadLetterReason) {
        this.deadLetterReason = deadLetterReason;
    }

    public String getHeaders() {
        return headers;
    }

    public void setHeaders(String headers) {
        this.headers = headers;
    }

    public int getMaxBodySize() {
        return maxBodySize;
    }

    public void setMaxBodySize(int maxBodySize) {
        this.maxBodySize = maxBodySize;
    }
}
