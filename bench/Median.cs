namespace KenshinOtp.Bench;

/// <summary>What several rounds came to.</summary>
internal static class Median
{
    /// <summary>
    /// The round in the middle of all but the first, in which programs are read from the disk and still being compiled: whoever asks for three rounds has four
    /// run. Of an even number it is the lower of the two in the middle, so that it is always a round that was measured.
    /// </summary>
    public static T Of<T>(IEnumerable<T> rounds, Func<T, double> by)
    {
        var counted = rounds.Skip(1).OrderBy(by).ToList();
        return counted[(counted.Count - 1) / 2];
    }

    /// <inheritdoc cref="Of{T}(IEnumerable{T}, Func{T, double})"/>
    public static double Of(IEnumerable<double> rounds) => Of(rounds, round => round);
}
