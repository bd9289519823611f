using System.Collections.Frozen;
using System.Diagnostics.Metrics;
using KenshinOtp.Outbox;
using KenshinOtp.Verification;

namespace KenshinOtp.Telemetry;

/// <summary>
/// What the product counts and times, under the one meter <see cref="Name"/>. Tags are words from short lists, never ids. Counting allocates nothing, and costs
/// next to nothing while nobody listens.
/// </summary>
public sealed class Meters
{
    public const string Name = "KenshinOtp";

    private static readonly FrozenDictionary<VerificationReason, KeyValuePair<string, object?>[]> Verdicts = Enum.GetValues<VerificationReason>().ToFrozenDictionary(reason => reason, TagsOf);

    private readonly Counter<long> _verifications, _entries, _mails;
    private readonly Histogram<double> _verificationDuration, _jobDuration;
    private readonly Histogram<int> _batchSize;

    public Meters(IMeterFactory factory)
    {
        var meter = factory.Create(Name);
        _verifications = meter.CreateCounter<long>("kenshin.verification.count", "{verification}", "Passwords judged, by result and reason");
        _verificationDuration = Duration(
            meter, "kenshin.verification.duration", "From the arrival of a password to the durable commit of what came of it",
            [0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]);
        _batchSize = meter.CreateHistogram(
            "kenshin.verification.batch.size", "{verification}", "Verifications that share a commit", tags: null,
            new InstrumentAdvice<int> { HistogramBucketBoundaries = [1, 2, 4, 8, 16, 32, 64, 128] });
        _entries = meter.CreateCounter<long>("kenshin.audit.entry.count", "{entry}", "Entries of the audit trail, by action: issued, activated, refused, locked …");
        _mails = meter.CreateCounter<long>("kenshin.mail.count", "{mail}", "Attempts to send a mail, by outcome");
        _jobDuration = Duration(meter, "kenshin.job.duration", "Rounds of jobs, by job and outcome", [0.01, 0.1, 1, 10, 60, 600]);
    }

    /// <summary>A verification is durable.</summary>
    internal void Verified(VerificationReason reason, TimeSpan took)
    {
        _verifications.Add(1, Verdicts[reason]);
        _verificationDuration.Record(took.TotalSeconds);
    }

    /// <summary>So many verifications became durable together.</summary>
    internal void Committed(int verifications) => _batchSize.Record(verifications);

    /// <summary>An entry of the audit trail is durable.</summary>
    internal void Written(string action) => _entries.Add(1, Tag("action", action));

    /// <summary>What came of sending a mail is durable.</summary>
    internal void Settled(DeliveryVerdict verdict) => _mails.Add(1, Tag("outcome", verdict switch
    {
        DeliveryVerdict.Accepted => "sent",
        DeliveryVerdict.Refused => "refused",
        DeliveryVerdict.Deferred => "deferred",
        _ => "unreachable",
    }));

    /// <summary>A round of a job has ended.</summary>
    internal void Ended(string job, bool good, TimeSpan took) => _jobDuration.Record(took.TotalSeconds, Tag("job", job), Tag("outcome", good ? "good" : "failed"));

    private static Histogram<double> Duration(Meter meter, string name, string description, IReadOnlyList<double> bounds) =>
        meter.CreateHistogram(name, "s", description, tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = bounds });

    private static KeyValuePair<string, object?>[] TagsOf(VerificationReason reason) =>
        reason.Code() is { } code ? [Tag("result", "rejected"), Tag("reason", code)] : [Tag("result", "accepted")];

    private static KeyValuePair<string, object?> Tag(string name, string word) => new(name, word);
}
