"""Creates CloudFormation templates in moto, in the order given, and says what became of each as JSON.

Usage: moto-create-stacks.py TEMPLATE.json...
"""
import io
import json
import logging
import os
import sys
import zipfile

os.environ.update(
    AWS_ACCESS_KEY_ID="test", AWS_SECRET_ACCESS_KEY="test", AWS_DEFAULT_REGION="eu-west-1", MOTO_ALLOW_NONEXISTENT_REGION="1"
)
logging.disable(logging.CRITICAL)

import boto3
from moto import mock_aws
from moto.cloudformation import parsing


def code():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("index.js", "exports.handler = async () => {}")
    return buffer.getvalue()


def prepare(templates):
    """The CDK bootstrap: its version parameter, and every asset in its bucket."""
    boto3.client("ssm").put_parameter(Name="/cdk-bootstrap/hnb659fds/version", Value="30", Type="String")
    s3 = boto3.client("s3")
    bucket = "cdk-hnb659fds-assets-123456789012-eu-west-1"
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    for template in templates:
        for resource in template["Resources"].values():
            key = resource.get("Properties", {}).get("Code", {}).get("S3Key") if resource["Type"] == "AWS::Lambda::Function" else None
            if key:
                s3.put_object(Bucket=bucket, Key=key, Body=code())


def without(template, unsupported):
    """The template without what moto cannot make; whoever refers to it is given a name instead."""
    gone = {id for id, resource in template["Resources"].items() if resource["Type"] in unsupported}

    def cleaned(value):
        if isinstance(value, list):
            return [cleaned(item) for item in value]
        if not isinstance(value, dict):
            return value
        if set(value) == {"Ref"} and value["Ref"] in gone:
            if template["Resources"][value["Ref"]]["Type"] == "AWS::Lambda::Alias":
                return {"Fn::GetAtt": [template["Resources"][value["Ref"]]["Properties"]["FunctionName"]["Ref"], "Arn"]}
            return f"arn:aws:none:eu-west-1:123456789012:stand/in:{value['Ref']}:live"
        if set(value) == {"Fn::GetAtt"} and value["Fn::GetAtt"][0] in gone:
            return f"arn:aws:none:eu-west-1:123456789012:stand/in:{'-'.join(value['Fn::GetAtt'])}"
        return {key: cleaned(item) for key, item in value.items()}

    kept = {id: cleaned(resource) for id, resource in template["Resources"].items() if id not in gone}
    for id, resource in kept.items():
        mend(id, resource)
        needs = resource.pop("DependsOn", [])
        left = [id for id in ([needs] if isinstance(needs, str) else needs) if id not in gone]
        if left:
            resource["DependsOn"] = left
    return {**template, "Resources": kept, "Outputs": cleaned(template.get("Outputs", {}))}


def mend(id, resource):
    """Where moto falls over what CloudFormation takes: tags of keys, FIFO queues without a name, rules on another bus."""
    properties = resource.get("Properties", {})
    if resource["Type"] == "AWS::KMS::Key":
        properties.pop("Tags", None)
    if resource["Type"] == "AWS::SQS::Queue" and properties.get("FifoQueue"):
        properties.setdefault("QueueName", f"{id}.fifo")
    if resource["Type"] == "AWS::Events::Rule":
        properties.pop("EventBusName", None)


def main(files):
    templates = [json.load(open(file)) for file in files]
    outcome = {}
    with mock_aws():
        prepare(templates)
        cloudformation = boto3.client("cloudformation")
        for file, template in zip(files, templates):
            name = os.path.basename(file).split(".")[0]
            # Mappings go to aliases, which moto does not make from a template.
            types = {resource["Type"] for resource in template["Resources"].values()}
            outcome[name] = {
                "unsupported": sorted(
                    kind for kind in types if kind not in parsing.get_model_map() or kind == "AWS::Lambda::EventSourceMapping"
                ),
                "status": "",
            }
            try:
                cloudformation.create_stack(
                    StackName=name, TemplateBody=json.dumps(without(template, outcome[name]["unsupported"])), Capabilities=["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM"]
                )
                outcome[name]["status"] = cloudformation.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"]
                outcome[name]["resources"] = len(cloudformation.list_stack_resources(StackName=name)["StackResourceSummaries"])
            except Exception as error:
                outcome[name]["status"] = f"{type(error).__name__}: {error}"
    print(json.dumps(outcome))


main(sys.argv[1:])
