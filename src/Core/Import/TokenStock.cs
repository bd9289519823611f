using System.Globalization;
using System.Security.Cryptography;
using KenshinOtp.Audit;
using KenshinOtp.Data;
using KenshinOtp.Institutions;
using KenshinOtp.Tokens;

namespace KenshinOtp.Import;

/// <summary>An institution's hardware tokens that wait for their users.</summary>
public sealed class TokenStock(ImportStore imports, TokenStore tokens, TokenSecrets secrets, Journal journal)
{
    /// <summary>Adds the tokens of some entries that are not there yet, and counts what became of each entry.</summary>
    internal async Task Add(Tx tx, Caller caller, IReadOnlyList<ImportEntry> entries, Tally tally, DateTimeOffset now, CancellationToken ct)
    {
        SerialNumber[] serials = [.. entries.Where(entry => entry.Token is not null).Select(entry => entry.Token!.Serial)];
        if (serials.Length == 0)
        {
            foreach (var entry in entries)
                tally.Reject(entry);
            return;
        }

        var present = await imports.BySerials(tx, caller.Institution.Id, serials, ct);
        var added = new List<TokenSpec>(serials.Length);
        foreach (var entry in entries)
        {
            if (entry.Token is not { } token)
                tally.Reject(entry);
            else if (!present.TryGetValue(token.Serial, out var there))
                added.Add(token);
            else if (IsSame(there, token))
                tally.Unchanged++;
            else
                tally.Reject(entry.Refuse("serial_exists"));
        }

        if (added.Count == 0)
            return;
        foreach (var token in added.OrderBy(token => token.Serial.Value, StringComparer.Ordinal)) // one order for all imports: none waits for one that waits for it
            await Insert(tx, caller.Institution, token, now, ct);
        tally.Imported += added.Count;
        await journal.Write(tx, new Entry("token.imported", caller.Actor, caller.Institution.Id)
        {
            Detail = string.Create(CultureInfo.InvariantCulture, $"{added.Count} tokens: {added[0].Serial} to {added[^1].Serial}"),
        }, now, ct);
    }

    private Task Insert(Tx tx, Institution institution, TokenSpec spec, DateTimeOffset now, CancellationToken ct)
    {
        var id = Ids.New(now);
        return tokens.Insert(tx, new Token
        {
            Id = id,
            InstitutionId = institution.Id,
            Kind = TokenKind.Hardware,
            Serial = spec.Serial,
            Status = TokenStatus.Unbound,
            Algorithm = spec.Algorithm,
            Digits = spec.Digits,
            Period = spec.Period,
            Secret = secrets.Seal(id, spec.Secret),
            IssuedAt = now,
            ExpiresAt = spec.ExpiresAt,
            UnboundSince = now,
        }, ct);
    }

    /// <summary>Whether an earlier import brought this very token, whoever uses it by now.</summary>
    private bool IsSame(Token there, TokenSpec spec) =>
        there is { Kind: TokenKind.Hardware, Secret: not null }
        && (there.Algorithm, there.Digits, there.Period) == (spec.Algorithm, spec.Digits, spec.Period)
        && there.ExpiresAt.ToRow() == spec.ExpiresAt.ToRow()
        && CryptographicOperations.FixedTimeEquals(secrets.Open(there.Id, there.Secret).Reveal(), spec.Secret.Reveal());
}

/// <summary>What became of the entries so far.</summary>
internal sealed class Tally
{
    private const int MaxListed = 1000;

    private readonly List<RejectedEntry> _rejected;
    private int _rejectedCount;

    public Tally() => _rejected = [];

    private Tally(Tally other) =>
        (Imported, Unchanged, _rejected, _rejectedCount) = (other.Imported, other.Unchanged, [.. other._rejected], other._rejectedCount);

    public int Imported { get; set; }

    public int Unchanged { get; set; }

    public Tally Copy() => new(this);

    public void Reject(ImportEntry entry)
    {
        if (++_rejectedCount <= MaxListed)
            _rejected.Add(new(entry.Line, entry.Serial, entry.Refusal!));
    }

    public ImportResult ToResult() => new(Imported, Unchanged, _rejected, _rejectedCount, _rejectedCount > MaxListed);
}
