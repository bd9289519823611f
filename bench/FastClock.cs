namespace KenshinOtp.Bench;

/// <summary>
/// A clock that runs faster than the machine's, the same in every process that is given the same beginning: a token shows a new password every few
/// milliseconds, so that a thousand tokens are enough for a run of many thousand verifications a second. Nothing else of the product is changed by it.
/// </summary>
/// <param name="begin">The instant at which both clocks showed the same time.</param>
/// <param name="factor">How many times faster it runs.</param>
internal sealed class FastClock(DateTimeOffset begin, double factor) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => begin + ((System.GetUtcNow() - begin) * factor);
}
