namespace KenshinOtp.Bench;

/// <summary>Latencies in buckets of 5 %, from 10 µs to about a minute.</summary>
internal sealed class Histogram
{
    private const double Growth = 1.05, FirstMicroseconds = 10;

    private readonly long[] _buckets = new long[330];

    public long Count { get; private set; }

    public void Add(TimeSpan latency)
    {
        var bucket = (int)Math.Ceiling(Math.Log(Math.Max(latency.TotalMicroseconds, FirstMicroseconds) / FirstMicroseconds, Growth));
        _buckets[Math.Min(bucket, _buckets.Length - 1)]++;
        Count++;
    }

    public void Add(Histogram other)
    {
        for (var i = 0; i < _buckets.Length; i++)
            _buckets[i] += other._buckets[i];
        Count += other.Count;
    }

    /// <summary>The latency that a part of the calls did not exceed, in milliseconds.</summary>
    public double Percentile(double part)
    {
        var rank = (long)Math.Ceiling(Count * part);
        var seen = 0L;
        for (var i = 0; i < _buckets.Length; i++)
        {
            seen += _buckets[i];
            if (seen >= rank)
                return FirstMicroseconds * Math.Pow(Growth, i) / 1000;
        }

        return double.NaN;
    }
}
