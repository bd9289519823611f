using KenshinOtp.DemoBank.Client;

namespace KenshinOtp.DemoBank.Bank;

public enum StepState
{
    Later,
    Current,
    Done,
}

public sealed record GuideStep(string Id, string Title, string Hint, StepState State);

/// <summary>A step of a bank's story, and how the bank knows that it has been taken.</summary>
public sealed record GuideText(string Id, string Title, string Hint, Func<Progress, bool> Done);

/// <summary>How far a user has come, by what the centre and the books say.</summary>
public sealed record Progress(Contract Contract, ContractUser User, IReadOnlyList<Transfer> Transfers, bool LimitChanged, bool HasCertificate)
{
    public IEnumerable<Transfer> OwnTransfers => Transfers.Where(transfer => transfer.UserId == User.UserId);

    public bool HasAnotherTokenThanBefore => User.Token is { } token
        ? OwnTransfers.Any(transfer => transfer.Serial != token.Serial)
        : OwnTransfers.Select(transfer => transfer.Serial).Distinct(StringComparer.Ordinal).Skip(1).Any();
}

/// <summary>デモの進め方: the steps of a bank's story, ticked off.</summary>
public static class Guide
{
    public static IReadOnlyList<GuideStep> BeforeLogin(BankProfile bank) => Arrange(bank, [.. bank.Guide.Select(_ => false)]);

    public static IReadOnlyList<GuideStep> For(BankProfile bank, Progress progress) => Arrange(bank, [.. bank.Guide.Select(text => text.Done(progress))]);

    private static IReadOnlyList<GuideStep> Arrange(BankProfile bank, bool[] done)
    {
        var current = Array.IndexOf(done, false);
        return [.. bank.Guide.Select((text, i) => new GuideStep(text.Id, text.Title, text.Hint, StateOf(i)))];

        StepState StateOf(int i) => done[i] ? StepState.Done : i == current ? StepState.Current : StepState.Later;
    }
}
