using KenshinOtp.Audit;
using KenshinOtp.Contracts;
using KenshinOtp.Data;
using KenshinOtp.Tokens;

namespace KenshinOtp.Outbox;

/// <summary>A mail that has failed for good.</summary>
/// <param name="InstitutionId">Whose mail it is.</param>
/// <param name="TokenId">The token it is about, or null.</param>
/// <param name="Answer">Why, in the words of a server or our own.</param>
/// <param name="Announce">Whether the relying party is told.</param>
public sealed record FailedMail(string InstitutionId, string? TokenId, string? Answer, bool Announce);

/// <summary>Writes down that a mail has failed, whether the next server refused it or a report came back later.</summary>
public sealed class MailFailures(TokenUsers tokenUsers, TokenStore tokens, Journal journal)
{
    public async Task Note(Tx tx, FailedMail mail, Actor by, DateTimeOffset now, CancellationToken ct)
    {
        var contact = mail.TokenId is null ? null : await tokenUsers.ContactOfToken(tx, mail.TokenId, ct);
        var token = mail.TokenId is null ? null : await tokens.ById(tx, mail.TokenId, ct);
        await journal.Write(tx, new Entry("mail.failed", by, mail.InstitutionId)
        {
            ServiceId = contact?.ServiceId,
            UserId = contact?.UserId,
            Serial = token?.Serial.Value,
            Detail = mail.Answer,
            Announce = mail.Announce,
        }, now, ct);
    }
}
