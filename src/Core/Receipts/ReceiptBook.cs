using KenshinOtp.Audit;
using KenshinOtp.Contracts;
using KenshinOtp.Data;
using KenshinOtp.Institutions;
using KenshinOtp.Tokens;

namespace KenshinOtp.Receipts;

/// <summary>What was accepted, to be written down once for everybody: receipt, audit entry and event.</summary>
/// <param name="Action">The event's type, for example <c>token.revoked</c>.</param>
/// <param name="Caller">On whose behalf.</param>
/// <param name="Contract">The contract concerned.</param>
/// <param name="User">The user concerned, or null for the whole contract.</param>
/// <param name="TokenId">The token concerned, or null.</param>
public sealed record Acceptance(string Action, Caller Caller, Contract Contract, User? User, string? TokenId)
{
    public string? Before { get; init; }
    public string? After { get; init; }

    /// <summary>Why, in the words of whoever asked for it.</summary>
    public string? Detail { get; init; }

    /// <summary>Whether the relying party reads of it among its events.</summary>
    public bool Announce { get; init; } = true;
}

/// <summary>Gives out receipts; everything accepted passes here, within the transaction of the change.</summary>
public sealed class ReceiptBook(ReceiptNumbers numbers, ReceiptStore receipts, Journal journal, TokenStore tokens, TokenViews views)
{
    public async Task<Receipt> Accept(Tx tx, Acceptance accepted, DateTimeOffset now, CancellationToken ct)
    {
        var (action, caller, contract, user, tokenId) = accepted;
        var token = tokenId is null ? null : await tokens.ById(tx, tokenId, ct);
        var number = numbers.Next(now);
        var (serviceId, userId, serial) = (contract.ServiceId.Value, user?.UserId.Value, token?.Serial.Value);

        await receipts.Insert(tx, contract.InstitutionId, new(number, now, action, serviceId, userId, serial, accepted.Before, accepted.After), ct);
        await journal.Write(tx, new Entry(action, caller.Actor, contract.InstitutionId)
        {
            ServiceId = serviceId,
            UserId = userId,
            Serial = serial,
            Before = accepted.Before,
            After = accepted.After,
            ReceiptNumber = number,
            Detail = accepted.Detail,
            Announce = accepted.Announce,
        }, now, ct);

        var view = token is null ? null : await views.Of(tx, token, caller.Policy, now, ct);
        return new Receipt(number, now, serviceId, userId, view);
    }
}
