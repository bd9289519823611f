namespace KenshinOtp.Data;

/// <summary>The calls of one statement among others.</summary>
/// <param name="Statement">The statement.</param>
/// <param name="Rows">What it is executed with.</param>
/// <param name="Places">Where the answers go.</param>
internal sealed record CallGroup(Statement Statement, List<object> Rows, List<int> Places)
{
    /// <summary>The calls of each statement, with their places among all.</summary>
    public static List<CallGroup> Of(IReadOnlyList<Call> calls)
    {
        var groups = new List<CallGroup>();
        for (var i = 0; i < calls.Count; i++)
        {
            var group = groups.Find(known => known.Statement == calls[i].Statement);
            if (group is null)
                groups.Add(group = new(calls[i].Statement, [], []));
            group.Rows.Add(calls[i].Row);
            group.Places.Add(i);
        }

        return groups;
    }
}
