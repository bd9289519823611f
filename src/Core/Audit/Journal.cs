using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using KenshinOtp.Data;
using KenshinOtp.Text;

namespace KenshinOtp.Audit;

/// <summary>Who did it: a relying party, a user on a hosted page or in the app, a member of staff, a job, an operator.</summary>
/// <param name="Kind">The sort of actor.</param>
/// <param name="Name">Which one: the API key's name, the job's name.</param>
/// <param name="Address">The remote address, or null.</param>
public sealed record Actor(string Kind, string Name, string? Address)
{
    private const string PortalKind = "portal";

    /// <summary>Whether it is a visitor of the hosted pages, for whom nothing speaks but a log-in at the bank.</summary>
    public bool IsVisitor => Kind is PortalKind;

    public static Actor RelyingParty(string keyName, string? address) => new("relyingParty", keyName, address);

    public static Actor App(string? address) => new("app", "", address);

    public static Actor Portal(string? address) => new(PortalKind, "", address);

    public static Actor Staff(string login, string? address) => new("staff", login, address);

    public static Actor Job(string name) => new("job", name, Address: null);

    /// <summary>
    /// Whoever gives the command, by the name of the account at the operating system; behind <c>sudo</c> as <c>person/account</c>, for several people share the
    /// account of the service. Cut to its column's width like every name.
    /// </summary>
    public static Actor Operator { get; } = new("operator", Account(Environment.UserName, Environment.GetEnvironmentVariable("SUDO_USER")), Address: null);

    private static string Account(string account, string? person) => person is { Length: > 0 } && person != account ? $"{person}/{account}" : account;
}

/// <summary>Something that happened, or was refused.</summary>
/// <param name="Action">What: <c>token.issued</c>, <c>verification.accepted</c>; for an event, its type.</param>
/// <param name="Actor">Who.</param>
/// <param name="InstitutionId">Where.</param>
public sealed record Entry(string Action, Actor Actor, string InstitutionId)
{
    public string? ServiceId { get; init; }
    public string? UserId { get; init; }
    public string? Serial { get; init; }

    /// <summary>The state before and after, as words.</summary>
    public string? Before { get; init; }
    public string? After { get; init; }

    public string? ReceiptNumber { get; init; }

    /// <summary>The transaction, the reference, the reason: what a person who asks later wants to know. Never a secret.</summary>
    public string? Detail { get; init; }

    /// <summary>Whether the relying party reads of it at <c>GET /events</c>.</summary>
    public bool Announce { get; init; }
}

/// <summary>Writes audit entries and events in the transaction of the change they tell of.</summary>
public sealed class Journal(AuditChains chains)
{
    private const int MaxData = 2000, MaxWords = 500;

    private static readonly JsonSerializerOptions Form = new() { Encoder = JavaScriptEncoder.Create(UnicodeRanges.All) };

    private const string InsertEvent =
        "insert into event (id, institution_id, type, occurred_at, data) values (@Id, @InstitutionId, @Type, @OccurredAt, @Data)";

    /// <summary>Writes the event at once and the entry with the commit, which gives it its place in the chain.</summary>
    /// <returns>The entry's id.</returns>
    public async Task<string> Write(Tx tx, Entry entry, DateTimeOffset now, CancellationToken ct)
    {
        var id = Ids.New(now);
        tx.AtCommit(() => new PendingEntries(chains)).Add(AuditRow.Of(id, entry, now));
        if (!entry.Announce)
            return id;

        await tx.Execute(InsertEvent, new { Id = id, entry.InstitutionId, Type = entry.Action, OccurredAt = now.ToRow(), Data = Data(entry) }, ct);
        return id;
    }

    /// <summary>What the relying party reads; words that would not fit into the column are shortened.</summary>
    private static string Data(Entry entry)
    {
        for (var words = MaxWords; ; words /= 2)
        {
            var data = JsonSerializer.Serialize(new
            {
                serviceId = entry.ServiceId,
                userId = entry.UserId,
                serial = entry.Serial,
                before = Shortened.To(words, entry.Before),
                after = Shortened.To(words, entry.After),
                receiptNumber = entry.ReceiptNumber,
                detail = Shortened.To(words, entry.Detail),
            }, Form);
            if (data.Length <= MaxData)
                return data;
        }
    }
}

/// <summary>The entries of one transaction, in the order in which they were noted.</summary>
internal sealed class PendingEntries(AuditChains chains) : ICommitStep
{
    private readonly List<AuditRow> _rows = [];

    public void Add(AuditRow row) => _rows.Add(row);

    public Task Commit(Tx tx, Func<Task> commit, CancellationToken ct) => chains.Commit(tx, _rows, commit, ct);
}
