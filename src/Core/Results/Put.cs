namespace KenshinOtp.Results;

/// <summary>What a use case put down, and whether it is new.</summary>
public interface IPut
{
    object Value { get; }

    bool Created { get; }
}

/// <inheritdoc cref="IPut"/>
public sealed record Put<T>(T Value, bool Created) : IPut
    where T : notnull
{
    object IPut.Value => Value;
}
