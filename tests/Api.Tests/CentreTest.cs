using KenshinOtp.Support;

namespace KenshinOtp.Api.Tests;

/// <summary>A test on a centre of its own, with one けんしん bank.</summary>
public abstract class CentreTest : IAsyncLifetime
{
    protected Centre Centre { get; private set; } = null!;

    protected Bank Bank { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Centre = await Centre.Start();
        Bank = await Centre.Bank();
    }

    public async Task DisposeAsync() => await Centre.DisposeAsync();

    protected void Wait(double minutes) => Centre.Clock.Advance(TimeSpan.FromMinutes(minutes));
}
