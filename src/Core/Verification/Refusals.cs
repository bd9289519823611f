using KenshinOtp.Data;
using KenshinOtp.Results;

namespace KenshinOtp.Verification;

/// <summary>Ends a change that a password stood against.</summary>
internal static class Refusals
{
    /// <summary>Answers with a refusal. One of kind <see cref="ProblemKind.Refused"/> was counted, which must last; any other leaves nothing behind.</summary>
    public static async Task<Problem> Refuse(this Tx tx, Problem refusal, CancellationToken ct) =>
        refusal.Kind == ProblemKind.Refused ? await tx.Commit(refusal, ct) : refusal;
}
