using KenshinOtp.Data;

namespace KenshinOtp.Verification;

/// <summary>What is to become of a batch of verifications that failed.</summary>
internal enum BatchFate
{
    /// <summary>The commit failed, and nobody knows how.</summary>
    OutcomeOpen,

    /// <summary>Another change came first, or an equal call was answered: begun anew it goes through.</summary>
    Lost,

    /// <summary>The database said at once that it is away: once more.</summary>
    AwayForAMoment,

    /// <summary>The database kept everybody waiting and is away.</summary>
    Away,

    /// <summary>One of the batch breaks it, or waits for a row that somebody holds.</summary>
    Broken,
}

internal static class BatchFates
{
    // Others wait behind a batch: one whose database has not answered for longer is not tried again.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <param name="dialect">The engine.</param>
    /// <param name="fault">What the batch failed with.</param>
    /// <param name="tx">Its transaction; null if there was none yet.</param>
    /// <param name="took">How long it had been under way.</param>
    public static BatchFate Of(SqlDialect dialect, Exception fault, Tx? tx, TimeSpan took) => fault switch
    {
        _ when tx is { IsOutcomeOpen: true } => BatchFate.OutcomeOpen,
        _ when dialect.IsLostOrTaken(fault) => BatchFate.Lost,
        _ when dialect.IsAway(fault) => took < Patience ? BatchFate.AwayForAMoment : BatchFate.Away,
        _ => BatchFate.Broken,
    };
}
