namespace KenshinOtp.Api.Pages;

/// <summary>What is to be mended in a form: field → the sentence that says what to do.</summary>
internal sealed class Faults
{
    private readonly List<(string Field, string Text)> _list = [];

    public bool Any => _list.Count > 0;

    public IReadOnlyList<(string Field, string Text)> All => _list;

    public string? Of(string field) => _list.Find(fault => string.Equals(fault.Field, field, StringComparison.Ordinal)).Text;

    public void Add(string field, string text) => _list.Add((field, text));
}
