using System.Text.Json;
using KenshinOtp.DemoBank.Client;
using KenshinOtp.Text;
using Microsoft.AspNetCore.Mvc.ViewFeatures;

namespace KenshinOtp.DemoBank.Pages;

/// <summary>What was accepted, told once on the page that follows.</summary>
public sealed record Notice(string Title, IReadOnlyList<NoticeFact> Facts)
{
    private const string Key = "notice";

    public static Notice Of(string title, Receipt receipt)
    {
        List<NoticeFact> facts =
        [
            new("receipt-number", "受付番号", receipt.ReceiptNumber, IsCode: true),
            new("accepted-at", "受付時刻", Japan.DateAndTime(receipt.AcceptedAt), IsCode: false),
        ];
        if (receipt.Before is { } before && receipt.After is { } after && after == receipt.Token?.Serial)
        {
            facts.Add(new("serial-before", "変更前", before, IsCode: true, IsSerial: true));
            facts.Add(new("serial-after", "変更後", after, IsCode: true, IsSerial: true));
        }

        return new(title, facts);
    }

    public void Leave(ITempDataDictionary tempData) => tempData[Key] = JsonSerializer.Serialize(this);

    public static Notice? Take(ITempDataDictionary tempData) => tempData[Key] is string text ? JsonSerializer.Deserialize<Notice>(text) : null;
}

public sealed record NoticeFact(string Id, string Label, string Value, bool IsCode, bool IsSerial = false);
