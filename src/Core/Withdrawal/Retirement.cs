using KenshinOtp.Contracts;
using KenshinOtp.Data;
using KenshinOtp.Outbox;
using KenshinOtp.Registration;
using KenshinOtp.Tokens;

namespace KenshinOtp.Withdrawal;

/// <summary>All that goes with the end of a token at its users: its secrets are erased, mails about it are withdrawn, the grace period of its users begins.</summary>
public sealed class Retirement(TokenStore tokens, RegistrationStore registrations, OutboxStore outbox, TokenUsers tokenUsers)
{
    /// <returns>False if the token changed since it was read; then nothing was done.</returns>
    public async Task<bool> Revoke(Tx tx, Token token, DateTimeOffset now, CancellationToken ct)
    {
        if (!await tokens.Revoke(tx, token, now, ct))
            return false;
        await outbox.Supersede(tx, token.Id, MailPurpose.Download, ct);
        await outbox.Supersede(tx, token.Id, MailPurpose.RenewalNotice, ct);
        if (token.ConfirmedAt is not null)
            await tokenUsers.BeginGrace(tx, token.Id, now, ct);
        return true;
    }

    /// <summary>Nobody uses the token any more: one that can be registered again waits for that, any other dies.</summary>
    /// <returns>False if the token changed since it was read, or is dead; then nothing was done.</returns>
    public async Task<bool> Release(Tx tx, Token token, DateTimeOffset now, CancellationToken ct)
    {
        switch ((token with { Status = token.StatusAt(now) }).After(TokenAction.Release, lockAfter: int.MaxValue))
        {
            case TokenStatus.Revoked:
                return await Revoke(tx, token, now, ct);
            case TokenStatus.Unbound when await registrations.Release(tx, token, now, ct):
                await tokenUsers.Detach(tx, token.Id, now, ct);
                return true;
            default:
                return false;
        }
    }
}
