using KenshinOtp.Data;
using KenshinOtp.Results;

namespace KenshinOtp.Tokens;

/// <summary>
/// Wrong passwords at the renewal and at the registration. Anybody who knows a serial number can try there. So these failures are counted apart from those at the
/// bank: they never lock the token, they make the next try at the renewal or the registration wait. A password that the bank accepts ends a wait, because the
/// token's own user must get through to the renewal. The count is set back by the renewal or the registration alone, so that whoever goes on guessing waits longer each time.
/// </summary>
public sealed class Knocks(TokenStore tokens)
{
    private const int FailuresPerPause = 5;
    private static readonly TimeSpan FirstPause = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(24);

    /// <returns>The refusal while tries must wait, or null.</returns>
    public static Problem? Pause(Token token, DateTimeOffset now) => token.KnocksPausedUntil > now
        ? new Problem(ProblemKind.TooMany, "rate_limited", "Too many wrong passwords.") { RetryAfter = token.KnocksPausedUntil - now }
        : null;

    /// <summary>Counts one wrong password.</summary>
    public async Task Count(Tx tx, Token token, DateTimeOffset now, CancellationToken ct)
    {
        await tokens.FailKnock(tx, token, ct);
        var failures = (await tokens.ById(tx, token.Id, ct))!.KnockFailures;
        if (failures % FailuresPerPause == 0)
            await tokens.PauseKnocks(tx, token, now + Length(failures / FailuresPerPause), ct);
    }

    /// <summary>A quarter of an hour, doubled each time, at most a day: guessing stays hopeless.</summary>
    private static TimeSpan Length(int nth)
    {
        var pause = FirstPause * Math.Pow(2, Math.Min(nth - 1, 10));
        return pause < LongestPause ? pause : LongestPause;
    }
}
