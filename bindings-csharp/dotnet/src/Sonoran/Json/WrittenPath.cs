using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.Json;

namespace Sonoran.Json;

/// <summary>Where in a document that is not finished its writer stands, such as <c>payload.records[2].points</c>.</summary>
internal static class WrittenPath
{
    /// <summary>Longer ones come of objects that hold themselves, and help nobody.</summary>
    private const int Longest = 200;

    /// <summary>Enough to see what comes again.</summary>
    private const int StepsShown = 4;

    /// <param name="root">What the document is called.</param>
    /// <param name="json">What was written so far: whole tokens.</param>
    internal static string End(string root, byte[] json)
    {
        var path = root + string.Concat(Steps(json));
        return path.Length > Longest ? root : path.TrimStart('.');
    }

    /// <summary>The first steps of the way there.</summary>
    /// <inheritdoc cref="End"/>
    internal static string Start(string root, byte[] json) => $"{root}{string.Concat(Steps(json).Take(StepsShown))}…";

    private static IEnumerable<string> Steps(byte[] json)
    {
        // A number at the end is only known to be whole by what comes after it.
        Array.Resize(ref json, json.Length + 1);
        json[json.Length - 1] = (byte)' ';
        var levels = new Stack<Level>();
        var reader = new Utf8JsonReader(json, isFinalBlock: false, new JsonReaderState(new JsonReaderOptions { MaxDepth = 1000 }));
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.StartObject or JsonTokenType.StartArray:
                    levels.Push(new Level(reader.TokenType == JsonTokenType.StartArray));
                    break;
                case JsonTokenType.PropertyName:
                    levels.Peek().Name = reader.GetString();
                    break;
                case JsonTokenType.EndObject or JsonTokenType.EndArray:
                    levels.Pop();
                    Next(levels);
                    break;
                default:
                    Next(levels);
                    break;
            }
        }

        // The stack begins with the innermost.
        return levels.Reverse().Select(level => level.Step);
    }

    private static void Next(Stack<Level> levels)
    {
        if (levels.Count > 0)
        {
            levels.Peek().Name = null;
            levels.Peek().Index++;
        }
    }

    private sealed class Level
    {
        private readonly bool _isList;

        internal Level(bool isList) => _isList = isList;

        /// <summary>The member that is being written.</summary>
        internal string? Name { get; set; }

        /// <summary>How many items there are before.</summary>
        internal int Index { get; set; }

        internal string Step => _isList ? $"[{Index.ToString(CultureInfo.InvariantCulture)}]"
            : Name is null ? ""
            : $".{Name}";
    }
}
