using System.Buffers.Text;
using System.Data.Common;
using System.Security.Cryptography;
using System.Text;
using KenshinOtp.Data;
using KenshinOtp.Idempotency;
using KenshinOtp.Security;

namespace KenshinOtp.Api.Http;

/// <summary>
/// Remembers the answer of a call that carries an Idempotency-Key. Where the call changes something, the answer is written in the transaction of
/// the change itself: there is no moment at which one is there without the other. Of two equal calls at once, the table's key lets one through.
/// </summary>
internal sealed class CallMemory(Database database, AnswerStore answers, Sealer sealer, IKeyRing keys, TimeProvider time) : IWitness
{
    private const string Purpose = "idempotency";

    private HttpContext? _context;
    private AnswerKey? _key;
    private string _request = "";
    private bool _asked, _written, _staleInTheWay;

    public Call? Answered => _key is null || _staleInTheWay ? null : AnswerStore.Taken(_key);

    /// <summary>This call carries an Idempotency-Key.</summary>
    /// <param name="http">The call.</param>
    /// <param name="clientId">The API key's id.</param>
    /// <param name="key">The Idempotency-Key.</param>
    /// <param name="request">The call in a few words, the same for equal calls.</param>
    public void Note(HttpContext http, string clientId, string key, string request)
    {
        (_context, _request) = (http, request);
        _key = new(clientId, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key))));
    }

    /// <returns>The answer that this call was given before; null if it is new. A problem if the key belongs to another call.</returns>
    public async Task<Answer?> Recall()
    {
        var ct = _context!.RequestAborted;
        await using var session = await database.Read(ct);
        var found = await answers.Find(session, _key!, time.GetUtcNow(), ct);
        (_asked, _staleInTheWay) = (true, found is { IsStale: true });
        if (found is not { IsStale: false, Answer: var stored })
            return null;
        _written = true;
        return Same(stored.Fingerprint, _request)
            ? new Answer(stored.Status, stored.ContentType, Encoding.UTF8.GetString(sealer.Open(stored.Body, AnswerStore.Place(_key!))))
            : Answer.Of(StatusCodes.Status409Conflict, "idempotency_key_reused", "This Idempotency-Key was used for another request.");
    }

    /// <summary>Before a call is run once more, since its change was undone.</summary>
    /// <returns>The answer that an equal call was given meanwhile; null if there is none.</returns>
    public async Task<Answer?> Again()
    {
        Undone();
        return _key is null ? null : await Recall();
    }

    public Task BeforeCommit(Tx tx, object outcome, CancellationToken ct)
    {
        if (_key is null || _written)
            return Task.CompletedTask;
        _written = true;
        return Write(tx, Answer.Of(outcome, _context!), ct);
    }

    public void Undone() => _written = false;

    /// <summary>Remembers the answer of a call that changed nothing.</summary>
    /// <returns>What to send: the same call's other answer, if that was quicker.</returns>
    public async Task<Answer> Settle(Answer answer, CancellationToken ct)
    {
        if (_key is null || _written)
            return answer;
        if (!answer.WorthRemembering)
            return _asked ? answer : await Recall() ?? answer; // refused before its batch could ask
        await using var tx = await database.Begin(ct);
        await Write(tx, answer, ct);
        return await tx.Commit(answer, ct);
    }

    /// <summary>Whether the failure means that an equal call was answered at this very moment.</summary>
    public bool WasOvertaken(DbException failure) => _key is not null && database.Dialect.IsUniqueViolation(failure);

    private async Task Write(Tx tx, Answer answer, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        if (_staleInTheWay)
            await answers.DeleteStale(tx, _key!, now, ct);
        var body = sealer.Seal(Encoding.UTF8.GetBytes(answer.Body), AnswerStore.Place(_key!));
        answers.Insert(tx, _key!, new(Fingerprint(keys.CurrentId, _request), answer.Status, answer.ContentType, body), now);
    }

    private bool Same(string fingerprint, string request)
    {
        var keyId = fingerprint[..fingerprint.IndexOf('.', StringComparison.Ordinal)];
        return CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(fingerprint), Encoding.ASCII.GetBytes(Fingerprint(keyId, request)));
    }

    private string Fingerprint(string keyId, string request) =>
        $"{keyId}.{Base64Url.EncodeToString(HMACSHA256.HashData(keys.Derive(keyId, Purpose), Encoding.UTF8.GetBytes(request)))}";
}
