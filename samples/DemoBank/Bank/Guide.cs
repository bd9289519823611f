using KenshinOtp.DemoBank.Client;
using KenshinOtp.DemoBank.Startup;

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

    public static IReadOnlyList<GuideStep> For(BankProfile bank, Progress progress)
    {
        var steps = Arrange(bank, [.. bank.Guide.Select(text => text.Done(progress))]);
        return progress.User.Token?.Status is "locked" or "suspended" ? [.. steps.SelectMany(step => Halted(step, bank, progress))] : steps;
    }

    /// <summary>A token that was stopped closes the step that would be next: before it comes what opens it again.</summary>
    private static IEnumerable<GuideStep> Halted(GuideStep step, BankProfile bank, Progress progress)
    {
        if (step.State != StepState.Current)
            return [step];
        var administrator = bank.Customers.FirstOrDefault(customer =>
            customer.ServiceId == progress.User.ServiceId && customer.IsAdministrator && customer.UserId != progress.User.UserId);
        var way = administrator is not null && progress.Contract.TokenMode == "individual"
            ? $"{administrator.Name}さんでログインし直し、「管理」の利用者一覧で解除します。"
            : bank.Staff.Count > 0
            ? "「金融機関を選び直す」のページから職員の画面を開き、窓口の職員として解除します。"
            : $"{DemoCommand.ResetOption} を付けてデモを起動し直すと、最初から試せます（デモのこの金融機関には、解除する窓口がありません）。";
        return [new GuideStep("lift", "トークンの解除", "トークンが止まっているため、先へ進めません。" + way, StepState.Current), step with { State = StepState.Later }];
    }

    private static IReadOnlyList<GuideStep> Arrange(BankProfile bank, bool[] done)
    {
        var current = Array.IndexOf(done, false);
        return [.. bank.Guide.Select((text, i) => new GuideStep(text.Id, text.Title, text.Hint, StateOf(i)))];

        StepState StateOf(int i) => done[i] ? StepState.Done : i == current ? StepState.Current : StepState.Later;
    }
}
