//! Exports examinations as CASE/UCO 1.4, JSON-LD
//! (<https://caseontology.org>), the form in which forensic tools exchange what
//! they did.
//!
//! ```text
//! Tool ──instrument──┐                        ┌──object── File (facets: file, content and hashes)
//! Examiner ─performer┴─ InvestigativeAction ──┤
//!                        start, end           ├──result── ProvenanceRecord (exhibit number) ──object── File
//!                                             └──result── AnalyticResult (in our own words)
//! ```
//!
//! CASE has no words for a likelihood ratio; those of the result are ours, in
//! the namespace [`NAMESPACE`]. Nodes are called by UUIDs of version 5 made
//! from what they stand for, so that the same examination gives the same graph.

use serde_json::{Map, Value, json};
use uuid::Uuid;

use leakmark_core::error::{Error, Result};
use leakmark_evidence::escape::plain_json;
use leakmark_evidence::report::Report;

/// The namespace of our own words, `leakmark:` in the graph.
pub const NAMESPACE: &str = "https://github.com/leakmark/leakmark/ns/report/2#";

/// Examinations as a graph, one after another.
#[derive(Debug, Default)]
pub struct CaseGraph {
    nodes: Vec<Value>,
}

impl CaseGraph {
    /// Adds an examination.
    pub fn add(&mut self, report: &Report) {
        // The tool and the examiner are the same for all reports of a run.
        let shared = [Some(tool(report)), examiner(report)];
        for node in shared.into_iter().flatten() {
            if !self.nodes.contains(&node) {
                self.nodes.insert(0, node);
            }
        }
        let files = file_facts(report);
        self.nodes.extend(files.iter().map(|f| file(report, f)));
        self.nodes
            .extend([record(report), result(report), action(report)]);
    }

    /// The graph as a JSON-LD text.
    ///
    /// # Errors
    /// [`Error::Internal`] if it cannot be written as JSON.
    pub fn to_json(&self) -> Result<String> {
        let graph = json!({ "@context": context(), "@graph": self.nodes });
        let text = serde_json::to_string_pretty(&graph);
        let text = text.map_err(|e| Error::Internal(format!("the CASE graph as JSON: {e}")))?;
        Ok(plain_json(&text) + "\n")
    }
}

fn context() -> Value {
    const UCO: &str = "https://ontology.unifiedcyberontology.org/uco/";
    let mut context = Map::new();
    for part in [
        "action",
        "analysis",
        "core",
        "identity",
        "observable",
        "tool",
        "types",
    ] {
        context.insert(format!("uco-{part}"), json!(format!("{UCO}{part}/")));
    }
    let investigation = "https://ontology.caseontology.org/case/investigation/";
    context.insert("case-investigation".into(), json!(investigation));
    context.insert("leakmark".into(), json!(NAMESPACE));
    context.insert("xsd".into(), json!("http://www.w3.org/2001/XMLSchema#"));
    Value::Object(context)
}

/// The name of a node: by its role and by what tells it from others.
fn name(role: &str, parts: &[&str]) -> Value {
    let mut words = format!("{NAMESPACE}{role}");
    for part in parts {
        // No part can be taken for the end of another.
        words.push_str(&format!("\n{}:{part}", part.len()));
    }
    let uuid = Uuid::new_v5(&Uuid::NAMESPACE_URL, words.as_bytes());
    json!({ "@id": format!("urn:uuid:{uuid}") })
}

/// A node with its name and kind, and `more`.
fn node(name: &Value, kind: &str, more: Value) -> Value {
    let mut node = name.clone();
    node["@type"] = json!(kind);
    if let (Value::Object(node), Value::Object(more)) = (&mut node, more) {
        node.extend(more.into_iter().filter(|(_, value)| !value.is_null()));
    }
    node
}

/// What tells this examination from every other.
fn examination(report: &Report) -> [&str; 4] {
    let exhibit = &report.exhibit;
    let registry = &report.registry.id;
    [
        &exhibit.path,
        &exhibit.sha256,
        registry,
        &report.timing.started_at,
    ]
}

fn of(report: &Report, role: &str) -> Value {
    name(role, &examination(report))
}

fn tool_name(report: &Report) -> Value {
    name(
        "tool",
        &[&report.tool.name, &report.tool.version, &report.tool.commit],
    )
}

fn tool(report: &Report) -> Value {
    let tool = &report.tool;
    let more = json!({
        "uco-core:name": tool.name,
        "uco-tool:toolType": "forensic watermark detector",
        "uco-tool:version": format!("{}, commit {}", tool.version, tool.commit),
    });
    node(&tool_name(report), "uco-tool:AnalyticTool", more)
}

fn examiner(report: &Report) -> Option<Value> {
    let words = report.case.as_ref()?.examiner.as_ref()?;
    let more = json!({ "uco-core:name": words });
    Some(node(
        &name("examiner", &[words]),
        "uco-identity:Identity",
        more,
    ))
}

/// A file as the graph shows it.
struct FileFacts<'a> {
    /// What tells it from the exhibit's other files; empty if it is alone.
    role: String,
    path: &'a str,
    bytes: u64,
    sha256: &'a str,
    sha512: &'a str,
}

/// The files of the exhibit: one, or its parts.
fn file_facts(report: &Report) -> Vec<FileFacts<'_>> {
    let exhibit = &report.exhibit;
    if exhibit.parts.is_empty() {
        return vec![FileFacts {
            role: String::new(),
            path: &exhibit.path,
            bytes: exhibit.size_bytes,
            sha256: &exhibit.sha256,
            sha512: &exhibit.sha512,
        }];
    }
    let parts = exhibit.parts.iter().zip(1..);
    parts
        .map(|(part, number)| FileFacts {
            role: format!(" {number}"),
            path: &part.path,
            bytes: part.size_bytes,
            sha256: &part.sha256,
            sha512: &part.sha512,
        })
        .collect()
}

/// The names of the exhibit's files.
fn file_names(report: &Report) -> Vec<Value> {
    let files = file_facts(report);
    let name = |file: &FileFacts<'_>| of(report, &format!("file{}", file.role));
    files.iter().map(name).collect()
}

fn file(report: &Report, file: &FileFacts<'_>) -> Value {
    let own = |role: &str| of(report, &format!("{role}{}", file.role));
    let facet = |role: &str, kind: &str, more: Value| node(&own(role), kind, more);
    let hash = |role: &str, method: &str, value: &str| {
        let more = json!({
            "uco-types:hashMethod": method,
            "uco-types:hashValue": { "@type": "xsd:hexBinary", "@value": value },
        });
        node(&own(role), "uco-types:Hash", more)
    };
    let size = integer(file.bytes);
    let name = file.path.rsplit('/').next().unwrap_or_default();
    let facets = [
        facet(
            "file facet",
            "uco-observable:FileFacet",
            json!({
                "uco-observable:fileName": name,
                "uco-observable:filePath": file.path,
                "uco-observable:sizeInBytes": size,
            }),
        ),
        facet(
            "content facet",
            "uco-observable:ContentDataFacet",
            json!({
                "uco-observable:sizeInBytes": size,
                "uco-observable:hash": [
                    hash("SHA-256", "SHA256", file.sha256),
                    hash("SHA-512", "SHA512", file.sha512),
                ],
            }),
        ),
    ];
    node(
        &own("file"),
        "uco-observable:File",
        json!({ "uco-core:hasFacet": facets }),
    )
}

fn record(report: &Report) -> Value {
    let case = report.case.clone().unwrap_or_default();
    let more = json!({
        "uco-core:description": case.note,
        "case-investigation:exhibitNumber": case.exhibit_id,
        "leakmark:caseId": case.case_id,
        "leakmark:sourceUrl": case.source_url,
        "uco-core:object": file_names(report),
    });
    node(
        &of(report, "record"),
        "case-investigation:ProvenanceRecord",
        more,
    )
}

fn action(report: &Report) -> Value {
    let case = report.case.as_ref();
    let performer = case.and_then(|c| Some(name("examiner", &[c.examiner.as_ref()?])));
    let more = json!({
        "uco-core:name": "forensic watermark examination",
        "uco-action:startTime": time(&report.timing.started_at),
        "uco-action:endTime": time(&report.timing.ended_at),
        "uco-action:performer": performer,
        "uco-action:instrument": [tool_name(report)],
        "uco-action:object": file_names(report),
        "uco-action:result": [of(report, "record"), of(report, "result")],
    });
    node(
        &of(report, "action"),
        "case-investigation:InvestigativeAction",
        more,
    )
}

/// The finding, in our own words.
fn result(report: &Report) -> Value {
    let attribution = |a: &leakmark_evidence::report::Attribution| {
        let named = of(report, &format!("attribution {}", a.distributor));
        node(
            &named,
            "leakmark:Attribution",
            json!({
                "leakmark:distributor": a.distributor,
                "leakmark:distributorName": a.name,
                "leakmark:log10LikelihoodRatio": decimal(a.log10_likelihood_ratio),
                "leakmark:log10PFalse": decimal(a.log10_p_false),
                "leakmark:issueRecord": a.issue.as_ref().map(|i| i.id.to_string()),
                "leakmark:copySha256": a.issue.as_ref().map(|i| i.copy_sha256.clone()),
            }),
        )
    };
    let attributions: Vec<Value> = report.named().map(attribution).collect();
    let names = report.of_titles().filter_map(|of| of.title);
    let names: Vec<&str> = names.map(|title| title.name.as_str()).collect();
    let titles = match names[..] {
        [] => Value::Null,
        [one] => json!(one),
        _ => json!(names),
    };
    let more = json!({
        "leakmark:schema": report.schema,
        "leakmark:verdict": serde_json::to_value(report.verdict).unwrap_or_default(),
        "leakmark:title": titles,
        "leakmark:registry": report.registry.id,
        "leakmark:hypotheses": integer(report.threshold.hypotheses),
        "leakmark:thresholdLog10LikelihoodRatio": decimal(report.threshold.log10_likelihood_ratio),
        "leakmark:attribution": (!attributions.is_empty()).then_some(attributions),
    });
    node(&of(report, "result"), "uco-analysis:AnalyticResult", more)
}

fn integer(value: u64) -> Value {
    json!({ "@type": "xsd:integer", "@value": value.to_string() })
}

fn decimal(value: f64) -> Value {
    json!({ "@type": "xsd:decimal", "@value": value.to_string() })
}

fn time(rfc3339: &str) -> Value {
    json!({ "@type": "xsd:dateTime", "@value": rfc3339 })
}
