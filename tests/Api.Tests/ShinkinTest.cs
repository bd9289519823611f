using KenshinOtp.Support;

namespace KenshinOtp.Api.Tests;

/// <summary>A test on a centre of its own, with one しんきん bank whose passwords live 30 seconds.</summary>
public abstract class ShinkinTest(string preset = "shinkin-personal") : IAsyncLifetime
{
    protected Centre Centre { get; private set; } = null!;

    protected Bank Bank { get; private set; } = null!;

    public virtual async Task InitializeAsync()
    {
        Centre = await Centre.Start();
        Bank = await Centre.Bank("9002", preset);
    }

    public async Task DisposeAsync() => await Centre.DisposeAsync();

    protected void WaitForNextPassword() => Centre.Clock.Advance(TimeSpan.FromSeconds(30));

    protected void WaitDays(int days) => Centre.Clock.Advance(TimeSpan.FromDays(days));
}
